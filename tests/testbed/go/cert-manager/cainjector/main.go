// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// cainjector writes CA certificates into webhook configurations, CustomResourceDefinitions and APIServices.
package main

import (
	"context"

	config "github.com/cert-manager/cert-manager/internal/apis/config/cainjector"
	"github.com/cert-manager/cert-manager/internal/apis/config/cainjector/scheme"
	"github.com/cert-manager/cert-manager/internal/apis/config/cainjector/validation"
	"github.com/cert-manager/cert-manager/internal/cmd/util"
	"github.com/cert-manager/cert-manager/pkg/apis/config/cainjector/v1alpha1"
	"github.com/cert-manager/cert-manager/pkg/cainjector/configfile"
	"github.com/cert-manager/cert-manager/testbed/command"
	"k8s.io/apimachinery/pkg/util/validation/field"
	logsapi "k8s.io/component-base/logs/api/v1"
)

var component = command.Component[config.CAInjectorConfiguration]{
	Name: "cainjector",
	Defaults: func() (*config.CAInjectorConfiguration, error) {
		scheme, _, err := scheme.NewSchemeAndCodecs()
		if err != nil {
			return nil, err
		}
		return command.Defaults(scheme, &v1alpha1.CAInjectorConfiguration{}, &config.CAInjectorConfiguration{})
	},
	AddFlags: addFlags,
	ReadFile: func(path string) (*config.CAInjectorConfiguration, error) {
		file := configfile.New()
		err := command.ReadFile(path, file)
		return file.Config, err
	},
	Validate: func(c *config.CAInjectorConfiguration, path *field.Path) field.ErrorList {
		unsupported := command.RejectUnsupported(path, c.EnablePprof, c.MetricsTLSConfig)
		return append(unsupported, validation.ValidateCAInjectorConfiguration(c, path)...)
	},
	Shared: func(c *config.CAInjectorConfiguration) (map[string]bool, *logsapi.LoggingConfiguration) {
		return c.FeatureGates, &c.Logging
	},
}

func main() {
	command.Main(component.Name, util.GracefulShutdown, func(ctx context.Context, args []string) error {
		cfg, err := component.Configure(args)
		if err != nil {
			return err
		}
		return run(ctx, cfg)
	})
}
