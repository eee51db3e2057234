// Command kubernetes is a whole control plane in one binary: the first argument names the component, the rest are its
// own flags. One binary instead of four keeps the build (and its download) at a quarter of the size.
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

// components run until they are told to stop and return the exit code.
var components = map[string]func(arguments []string) int{
	"etcd":                    runEtcd,
	"kube-apiserver":          command(apiserver.NewAPIServerCommand),
	"kube-controller-manager": command(controllermanager.NewControllerManagerCommand),
	"kube-scheduler":          command(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
}

func main() {
	if len(os.Args) < 2 {
		fail("no component given")
	}
	run, known := components[os.Args[1]]
	if !known {
		fail(fmt.Sprintf("unknown component %q", os.Args[1]))
	}
	os.Exit(run(os.Args[1:]))
}

// command makes the component only when it is wanted: each registers process-wide flags and metrics when made.
func command(build func() *cobra.Command) func([]string) int {
	return func(arguments []string) int {
		os.Args = arguments // cobra and the components' usage texts read the program's name from here
		return cli.Run(build())
	}
}

func runEtcd(arguments []string) int {
	etcdmain.Main(arguments)
	return 0
}

func fail(reason string) {
	names := make([]string, 0, len(components))
	for name := range components {
		names = append(names, name)
	}
	sort.Strings(names)
	fmt.Fprintf(os.Stderr, "%s; usage: kubernetes %s [flags]\n", reason, strings.Join(names, "|"))
	os.Exit(2)
}
