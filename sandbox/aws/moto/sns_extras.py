"""Subscriptions of endpoints that have to confirm, and attributes of topics that moto does not tell."""

from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
from moto.sns.models import SNSBackend, Subscription
from moto.sns.responses import SNSResponse

CONFIRMING = ("http", "https", "email", "email-json")
FEEDBACK = [
    target + outcome
    for target in ("Application", "Firehose", "HTTP", "Lambda", "SQS")
    for outcome in ("SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn")
]
TOLD = ["TracingConfig", "SignatureVersion", "ArchivePolicy", "FifoThroughputScope", *FEEDBACK]

subscribe = SNSBackend.subscribe
unsubscribe = SNSBackend.unsubscribe
publish = Subscription.publish
get_topic_attributes = SNSResponse.get_topic_attributes


def subscribe_pending(self, topic_arn, endpoint, protocol):
    """An endpoint that nobody has confirmed gets nothing. The sandbox sends no requests for confirmation."""
    known = self._find_subscription(topic_arn, endpoint, protocol)
    if known is not None:
        return known
    made = subscribe(self, topic_arn, endpoint, protocol)
    if protocol in CONFIRMING:
        made.attributes["PendingConfirmation"] = True
        made.attributes["ConfirmationWasAuthenticated"] = False
        made.topic.subscriptions_pending += 1
    else:
        made.topic.subscriptions_confimed += 1
    return made


def unsubscribe_and_count(self, subscription_arn):
    found = self.subscriptions.get(subscription_arn)
    unsubscribe(self, subscription_arn)
    if found is not None:
        if found.attributes.get("PendingConfirmation"):
            found.topic.subscriptions_pending -= 1
        else:
            found.topic.subscriptions_confimed -= 1
            found.topic.subscriptions_deleted += 1


def publish_when_confirmed(self, *args, **kwargs):
    if not self.attributes.get("PendingConfirmation"):
        publish(self, *args, **kwargs)


def get_all_topic_attributes(self):
    answer = get_topic_attributes(self)
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    kept = {name: topic.__dict__.get(camelcase_to_underscores(name)) for name in TOLD}
    more = {name: str(value) for name, value in kept.items() if value}
    attributes = {**answer.result["Attributes"], **more}
    return ActionResult({"Attributes": {name: value for name, value in attributes.items() if value != ""}})


SNSBackend.subscribe = subscribe_pending
SNSBackend.unsubscribe = unsubscribe_and_count
Subscription.publish = publish_when_confirmed
SNSResponse.get_topic_attributes = get_all_topic_attributes
