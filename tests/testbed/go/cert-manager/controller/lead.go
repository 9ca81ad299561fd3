// Copyright (c) 2026, certops
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"os"

	config "github.com/cert-manager/cert-manager/internal/apis/config/controller"
	"github.com/cert-manager/cert-manager/pkg/controller"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

// lead closes elected once this replica holds cert-manager's Lease, or at once without leader election, and keeps the
// Lease until ctx is cancelled.
func lead(
	ctx context.Context, cfg config.LeaderElectionConfig, factory *controller.ContextFactory,
	watchdog *leaderelection.HealthzAdaptor, elected chan<- struct{},
) error {
	if !cfg.Enabled {
		close(elected)
		return nil
	}
	lock, err := lease(cfg.Namespace, factory)
	if err != nil {
		return err
	}
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock:            lock,
		LeaseDuration:   cfg.LeaseDuration,
		RenewDeadline:   cfg.RenewDeadline,
		RetryPeriod:     cfg.RetryPeriod,
		ReleaseOnCancel: true,
		WatchDog:        watchdog,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { close(elected) },
			OnStoppedLeading: func() {},
		},
	})
	if err != nil {
		return err
	}
	elector.Run(ctx)
	if ctx.Err() == nil {
		return errors.New("leader election lost")
	}
	return nil
}

// lease returns the lock under the names cert-manager gives it.
func lease(namespace string, factory *controller.ContextFactory) (resourcelock.Interface, error) {
	clients, err := factory.Build("leader-election")
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	return resourcelock.NewWithLabels(
		resourcelock.LeasesResourceLock, namespace, "cert-manager-controller",
		clients.Client.CoreV1(), clients.Client.CoordinationV1(),
		resourcelock.ResourceLockConfig{
			Identity:      host + "-external-cert-manager-controller",
			EventRecorder: clients.Recorder,
		},
		map[string]string{"app.kubernetes.io/managed-by": "cert-manager"},
	)
}
