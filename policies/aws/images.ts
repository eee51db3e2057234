import { nist, securityHub } from "../shared/controls.ts";
import { at, isNot, wrong } from "../shared/read.ts";
import { type ResourceRule, resourceRule } from "../shared/rule.ts";

const types = ["aws:ecr/repository:Repository"];

const scanned = resourceRule({
  name: "aws-images-scanned",
  title: "Images are scanned when they are pushed.",
  severity: "medium",
  level: "mandatory",
  controls: [securityHub("ECR.1"), nist("RA-5")],
  remedy: "Set imageScanningConfiguration.scanOnPush. The pack sets it where enforcement is remediate.",
  types,
  check: ({ props }) => {
    const value = at(props, "imageScanningConfiguration.scanOnPush");
    return isNot(value, true) ? [wrong("imageScanningConfiguration.scanOnPush", value, "true")] : [];
  },
  remediate: (props) =>
    isNot(at(props, "imageScanningConfiguration.scanOnPush"), true)
      ? { ...props, imageScanningConfiguration: { ...Object(props.imageScanningConfiguration), scanOnPush: true } }
      : undefined,
});

const immutable = resourceRule({
  name: "aws-images-immutable",
  title: "An image's tag stays with the image.",
  severity: "medium",
  level: "mandatory",
  controls: [securityHub("ECR.2"), nist("CM-2")],
  remedy: "Set imageTagMutability to IMMUTABLE: both sites must start the same image.",
  types,
  check: ({ props: { imageTagMutability: value } }) =>
    isNot(value, "IMMUTABLE") ? [wrong("imageTagMutability", value, "IMMUTABLE")] : [],
});

export const imageRules: readonly ResourceRule[] = [scanned, immutable];
