// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

package command

import (
	"fmt"
	"path/filepath"

	"github.com/cert-manager/cert-manager/internal/apis/config/shared"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/pkg/util/configfile"
	utilfeature "github.com/cert-manager/cert-manager/pkg/util/feature"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	logsapi "k8s.io/component-base/logs/api/v1"
)

// Component says how one of cert-manager's servers is configured; C is its internal configuration type.
type Component[C any] struct {
	// Name of the component: "controller", "webhook" or "cainjector".
	Name string
	// Defaults returns the configuration of a component that was given neither flags nor a file.
	Defaults func() (*C, error)
	// AddFlags binds flags to the fields of a configuration.
	AddFlags func(*pflag.FlagSet, *C)
	// ReadFile decodes a configuration file, with defaults for what it leaves out.
	ReadFile func(path string) (*C, error)
	// Validate returns what cert-manager objects to.
	Validate func(*C, *field.Path) field.ErrorList
	// Shared returns the feature gates and the log settings of a configuration.
	Shared func(*C) (map[string]bool, *logsapi.LoggingConfiguration)
}

// Configure returns the validated configuration for these arguments: flags win over the file named by --config, which
// wins over the defaults. Feature gates and log settings are in effect afterwards.
func (c Component[C]) Configure(args []string) (*C, error) {
	cfg, err := c.Defaults()
	if err != nil {
		return nil, fmt.Errorf("default configuration: %w", err)
	}
	flags := NewFlagSet(c.Name)
	path := flags.String("config", "", "file with a configuration object of this component")
	c.AddFlags(flags, cfg)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if *path != "" {
		fromFile, err := c.ReadFile(*path)
		if err != nil {
			return nil, fmt.Errorf("configuration file %s: %w", *path, err)
		}
		*cfg = *fromFile
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
	}

	featureGates, logging := c.Shared(cfg)
	if err := utilfeature.DefaultMutableFeatureGate.SetFromMap(featureGates); err != nil {
		return nil, fmt.Errorf("feature gates: %w", err)
	}
	if errs := c.Validate(cfg, nil); len(errs) > 0 {
		return nil, fmt.Errorf("invalid configuration: %w", errs.ToAggregate())
	}
	return cfg, logf.ValidateAndApply(logging)
}

// ReadFile decodes the file into one of cert-manager's configuration file types; relative paths inside are resolved
// against the folder of the file.
func ReadFile(path string, file configfile.ConfigFile) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	loader, err := configfile.NewConfigurationFSLoader(nil, path)
	if err != nil {
		return err
	}
	return loader.Load(file)
}

// Defaults fills internal with the defaults of versioned, the empty published form of the same configuration.
func Defaults[C any](scheme *runtime.Scheme, versioned runtime.Object, internal *C) (*C, error) {
	scheme.Default(versioned)
	return internal, scheme.Convert(versioned, internal, nil)
}

// AddLeaderElectionFlags binds the flags the controller and the cainjector both have.
func AddLeaderElectionFlags(flags *pflag.FlagSet, c *shared.LeaderElectionConfig) {
	flags.BoolVar(&c.Enabled, "leader-elect", c.Enabled, "let one replica work at a time")
	flags.StringVar(&c.Namespace, "leader-election-namespace", c.Namespace, "namespace of the Lease")
	flags.DurationVar(&c.LeaseDuration, "leader-election-lease-duration", c.LeaseDuration,
		"how long the others wait after the last renewal")
	flags.DurationVar(&c.RenewDeadline, "leader-election-renew-deadline", c.RenewDeadline,
		"how long the leader keeps trying to renew")
	flags.DurationVar(&c.RetryPeriod, "leader-election-retry-period", c.RetryPeriod, "time between two attempts")
}

// RejectUnsupported returns errors for settings that the commands of the testbed do without.
func RejectUnsupported(path *field.Path, profiling bool, metrics shared.TLSConfig) field.ErrorList {
	var errs field.ErrorList
	if profiling {
		errs = append(errs, field.Forbidden(path.Child("enablePprof"), "there is no profiler in this build"))
	}
	if metrics.FilesystemConfigProvided() || metrics.DynamicConfigProvided() {
		errs = append(errs, field.Forbidden(path.Child("metricsTLSConfig"), "this build serves metrics without TLS"))
	}
	return errs
}
