// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// webhook validates and completes cert-manager's resources for the API server.
package main

import (
	"context"

	config "github.com/cert-manager/cert-manager/internal/apis/config/webhook"
	"github.com/cert-manager/cert-manager/internal/apis/config/webhook/validation"
	"github.com/cert-manager/cert-manager/internal/cmd/util"
	"github.com/cert-manager/cert-manager/internal/webhook"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/pkg/webhook/configfile"
	"github.com/cert-manager/cert-manager/pkg/webhook/options"
	"github.com/cert-manager/cert-manager/testbed/command"
	logsapi "k8s.io/component-base/logs/api/v1"
	ctrl "sigs.k8s.io/controller-runtime"
)

var component = command.Component[config.WebhookConfiguration]{
	Name:     "webhook",
	Defaults: options.NewWebhookConfiguration,
	AddFlags: options.AddConfigFlags,
	ReadFile: func(path string) (*config.WebhookConfiguration, error) {
		file := configfile.New()
		err := command.ReadFile(path, file)
		return file.Config, err
	},
	Validate: validation.ValidateWebhookConfiguration,
	Shared: func(c *config.WebhookConfiguration) (map[string]bool, *logsapi.LoggingConfiguration) {
		return c.FeatureGates, &c.Logging
	},
}

func main() {
	command.Main(component.Name, util.GracefulShutdown, run)
}

func run(ctx context.Context, args []string) error {
	log := logf.FromContext(ctx)
	ctrl.SetLogger(log)
	cfg, err := component.Configure(args)
	if err != nil {
		return err
	}
	server, err := webhook.NewCertManagerWebhookServer(log, *cfg)
	if err != nil {
		return err
	}
	return server.Run(ctx)
}
