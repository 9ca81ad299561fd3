// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Package command holds what the commands of cert-manager have in common: signals, logs, exit codes, flags and the
// configuration file. cert-manager keeps its commands in modules that are never published, so the testbed has its own.
package command

import (
	"context"
	"errors"
	"os"

	"github.com/cert-manager/cert-manager/internal/cmd/util"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/spf13/pflag"
)

// Main runs a command until it returns; SIGINT and SIGTERM cancel its context.
// The process ends with 0 on success or on a graceful stop, 124 after context.DeadlineExceeded, else 1.
func Main(name string, onSignal util.ExitBehavior, run func(ctx context.Context, args []string) error) {
	ctx, exit := util.SetupExitHandler(context.Background(), onSignal)
	defer exit()

	logf.InitLogs()
	defer logf.FlushLogs()

	err := run(logf.NewContext(ctx, logf.Log, name), os.Args[1:])
	if err != nil && !errors.Is(err, pflag.ErrHelp) {
		logf.Log.Error(err, "error executing command")
		util.SetExitCode(err)
	}
}

// NewFlagSet returns an empty set of flags that, unlike cert-manager's own, passes over the ones it does not know:
// a chart of another release, or a flag that makes no difference in a testbed, must not keep a component from starting.
func NewFlagSet(name string) *pflag.FlagSet {
	flags := pflag.NewFlagSet(name, pflag.ContinueOnError)
	flags.ParseErrorsAllowlist.UnknownFlags = true
	return flags
}
