// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// acmesolver answers one HTTP-01 challenge (RFC 8555 section 8.3); the controller starts it in a pod of its own.
package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/cert-manager/cert-manager/internal/cmd/util"
	"github.com/cert-manager/cert-manager/pkg/issuer/acme/http/solver"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/testbed/command"
)

const shutdownTimeout = 5 * time.Second

func main() {
	command.Main("acmesolver", util.GracefulShutdown, run)
}

func run(ctx context.Context, args []string) error {
	var server solver.HTTP01Solver
	flags := command.NewFlagSet("acmesolver")
	flags.IntVar(&server.ListenPort, "listen-port", 8089, "port to listen on")
	flags.StringVar(&server.Domain, "domain", "", "host name the challenge is for")
	flags.StringVar(&server.Token, "token", "", "token of the challenge")
	flags.StringVar(&server.Key, "key", "", "key authorization to answer with")
	if err := flags.Parse(args); err != nil {
		return err
	}

	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		stopped <- server.Shutdown(grace)
	}()
	if err := server.Listen(logf.FromContext(ctx)); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
