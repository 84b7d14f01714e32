/** The four raw tables that hold log records. */
export const LOG_TABLES = ["kubelet_logs", "containerd_logs", "cni_logs", "controlplane_logs"] as const;
export type LogTable = (typeof LOG_TABLES)[number];

const RUNTIMES = new Set(["containerd", "cri-o", "crio", "dockerd", "docker", "cri-dockerd"]);

/** Names, or beginnings of names, of programs that give pods their network: plugins, IPAM, agents and controllers. */
const NETWORK_PROGRAMS =
  /^(?:whereabouts|multus|ip-control-loop|net-attach|spider|coordinator|calico|felix|typha|bird|confd|kube-ovn|ovn|ovs|cilium|hubble|flannel|kindnet|weave|antrea|canal|kube-router|macvlan|ipvlan|vlan|bridge|host-local|host-device|dhcp|static|portmap|bandwidth|firewall|tuning|ptp|loopback|sriov|ib-sriov|vrf|dummy|sbr|nodelocal-ipam|aws-cni|aws-node|azure-(?:vnet|cni|npm)|terway|cni)(?:$|[-_./ \d]|pool|underlay|net)/;

/**
 * The raw table a record belongs to.
 *
 * @param component program that wrote the record; null when unknown
 * @param via       carrier, when it came inside another program's log: what containerd's log carries is plugin output
 */
export function logTableOf(component: string | null, via: string | null): LogTable {
  if (component === null) return via === "containerd" ? "cni_logs" : "controlplane_logs";
  if (component === "kubelet") return "kubelet_logs";
  if (RUNTIMES.has(component)) return "containerd_logs";
  if (via === "containerd" || NETWORK_PROGRAMS.test(component)) return "cni_logs";
  return "controlplane_logs";
}
