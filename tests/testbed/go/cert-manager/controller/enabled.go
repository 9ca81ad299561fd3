// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"strings"

	"github.com/cert-manager/cert-manager/internal/apis/config/controller/v1alpha1"
	"github.com/cert-manager/cert-manager/internal/controller/feature"
	"github.com/cert-manager/cert-manager/pkg/controller"
	shimgateways "github.com/cert-manager/cert-manager/pkg/controller/certificate-shim/gateways"
	shimlistenerset "github.com/cert-manager/cert-manager/pkg/controller/certificate-shim/listenerset"
	crvenafi "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/venafi"
	csrvenafi "github.com/cert-manager/cert-manager/pkg/controller/certificatesigningrequests/venafi"
	utilfeature "github.com/cert-manager/cert-manager/pkg/util/feature"
	"k8s.io/apimachinery/pkg/util/sets"

	// The issuers, apart from Venafi: they register themselves.
	_ "github.com/cert-manager/cert-manager/pkg/issuer/acme"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/ca"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/selfsigned"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/vault"
)

// enabledControllers returns the names of the controllers to run, chosen as cert-manager does: the list of
// --controllers, plus what feature gates switch on, minus the cluster-scoped ones if only one namespace is watched.
func enabledControllers(names []string, options controller.ContextOptions) sets.Set[string] {
	// Venafi's issuer is not part of this build; without it its controllers could only fail.
	enabled, disabled := sets.New[string](), sets.New(crvenafi.CRControllerName, csrvenafi.CSRControllerName)
	for _, name := range names {
		if name == "*" {
			enabled.Insert(v1alpha1.DefaultEnabledControllers...)
		} else if without, ok := strings.CutPrefix(name, "-"); ok {
			disabled.Insert(without)
		} else {
			enabled.Insert(name)
		}
	}
	if len(enabled) == 0 { // nothing but exceptions: from the default ones
		enabled.Insert(v1alpha1.DefaultEnabledControllers...)
	}
	if utilfeature.DefaultFeatureGate.Enabled(feature.ExperimentalCertificateSigningRequestControllers) {
		enabled.Insert(v1alpha1.ExperimentalCertificateSigningRequestControllers...)
	}
	if gatewayAPI(options) {
		enabled.Insert(shimgateways.ControllerName)
		if options.EnableGatewayAPIListenerSet && utilfeature.DefaultFeatureGate.Enabled(feature.ListenerSets) {
			enabled.Insert(shimlistenerset.ControllerName)
		}
	}
	if options.Namespace != "" {
		enabled.Delete(v1alpha1.ClusterScopedControllers...)
	}
	return enabled.Difference(disabled)
}

func gatewayAPI(options controller.ContextOptions) bool {
	return options.EnableGatewayAPI && utilfeature.DefaultFeatureGate.Enabled(feature.ExperimentalGatewayAPISupport)
}
