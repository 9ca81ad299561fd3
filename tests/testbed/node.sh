#!/bin/sh
# The node's first process: makes /run, /etc, /var/lib and some settings of the kernel its own, then becomes the supervisor.
# Arguments: a mark by which the node is found (the supervisor carries it as its identifier), the state folder, the node's
# name, the Python of the supervisor. Runs in namespaces of its own; nothing of this is seen outside.
set -eu
mark=$1 state=$2 name=$3 python=$4

# The network is made from outside. If whoever does that is ended before, there is nothing to read and this ends too.
read -r _ || exit 1

mount --make-rshared /
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/testbed /run/tmp
mount --bind "$state" /run/testbed
# Layers over what the machine has there: its files can still be read, what is written stays in the node.
for folder in etc var/lib; do
    mkdir -p "/run/layers/$folder/upper" "/run/layers/$folder/work"
    mount -t overlay -o "lowerdir=/$folder,upperdir=/run/layers/$folder/upper,workdir=/run/layers/$folder/work" overlay "/$folder"
done
rm -f /etc/resolv.conf /etc/hosts
cp /run/testbed/config/resolv.conf /run/testbed/config/hosts /etc/
# Container images are layers themselves, which need a real file system below.
for folder in containerd kubelet etcd; do
    mkdir -p "/run/testbed/lib/$folder" "/var/lib/$folder"
    mount --bind "/run/testbed/lib/$folder" "/var/lib/$folder"
done
mount --bind /run/testbed/log /var/log

# The kubelet sets these, and they are the whole machine's: it gets copies to set.
for setting in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys \
    kernel/keys/root_maxbytes; do
    mkdir -p "/run/sysctl/${setting%/*}"
    cat "/proc/sys/$setting" > "/run/sysctl/$setting"
    mount --bind "/run/sysctl/$setting" "/proc/sys/$setting"
done
echo "$name" > /proc/sys/kernel/hostname
echo 1 > /proc/sys/net/ipv4/ip_forward
# The ingress controller serves 80 and 443 on the node's network without being root.
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
export HOME=/root TMPDIR=/run/tmp
exec "$python" -m supervisor.supervisord --nodaemon --identifier "$mark" --configuration /run/testbed/config/supervisord.conf
