// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// startupapicheck waits until the API server accepts cert-manager's resources and calls its webhook for them.
package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cert-manager/cert-manager/internal/cmd/util"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/pkg/util/cmapichecker"
	"github.com/cert-manager/cert-manager/testbed/command"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/component-base/logs"
	ctrl "sigs.k8s.io/controller-runtime"
)

type options struct {
	wait, interval time.Duration
	kubeconfig     *clientcmd.ClientConfigLoadingRules
	overrides      *clientcmd.ConfigOverrides
}

func main() {
	command.Main("startupapicheck", util.AlwaysErrCode, run)
}

func run(ctx context.Context, args []string) error {
	ctrl.SetLogger(logf.FromContext(ctx))
	opts, err := parse(args)
	if err != nil {
		return err
	}
	checker, err := opts.newChecker()
	if err != nil {
		return err
	}
	if err := opts.check(ctx, checker); err != nil {
		return err
	}
	fmt.Println("The cert-manager API is ready")
	return nil
}

func parse(args []string) (*options, error) {
	opts := &options{
		kubeconfig: clientcmd.NewDefaultClientConfigLoadingRules(),
		overrides:  &clientcmd.ConfigOverrides{},
	}
	logging := logs.NewOptions()
	flags := command.NewFlagSet("startupapicheck check api")
	flags.DurationVar(&opts.wait, "wait", 0, "how long to wait for the API (0: check once)")
	flags.DurationVar(&opts.interval, "interval", 5*time.Second, "time between two checks")
	flags.StringVar(&opts.kubeconfig.ExplicitPath, "kubeconfig", "", "kubeconfig file, outside of a cluster")
	clientcmd.BindOverrideFlags(opts.overrides, flags, clientcmd.RecommendedConfigOverrideFlags(""))
	addLogFlags(flags, logging)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if got := flags.Args(); !slices.Equal(got, []string{"check", "api"}) {
		return nil, fmt.Errorf("unknown command %q, must be \"check api\"", strings.Join(got, " "))
	}
	return opts, logf.ValidateAndApply(logging)
}

// addLogFlags lets -v stand alone, as the chart passes it.
func addLogFlags(flags *pflag.FlagSet, logging *logs.Options) {
	logf.AddFlagsNonDeprecated(logging, flags)
	flags.Lookup("v").NoOptDefVal = "2"
}

func (o *options) newChecker() (cmapichecker.Interface, error) {
	client := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(o.kubeconfig, o.overrides)
	namespace, _, err := client.Namespace()
	if err != nil {
		return nil, err
	}
	restConfig, err := client.ClientConfig()
	if err != nil {
		return nil, err
	}
	return cmapichecker.New(restConfig, namespace)
}

// check returns the last error of the API when the time is over, together with context.DeadlineExceeded if it waited.
func (o *options) check(ctx context.Context, checker cmapichecker.Interface) error {
	log := logf.FromContext(ctx)
	start := time.Now()
	var last error
	err := wait.PollUntilContextCancel(ctx, o.interval, true, func(ctx context.Context) (bool, error) {
		err := checker.Check(ctx)
		if err == nil {
			return true, nil
		}
		if last = cmapichecker.TranslateToSimpleError(err); last == nil {
			last = err
		}
		log.V(logf.InfoLevel).Info("not ready", "reason", last.Error(), "err", err)
		if time.Since(start) > o.wait {
			return false, context.DeadlineExceeded
		}
		return false, nil
	})
	switch {
	case err == nil:
		return nil
	case o.wait == 0:
		return last
	default:
		return errors.Join(last, err)
	}
}
