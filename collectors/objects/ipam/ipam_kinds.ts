import type { ObjectMapper } from "../api_object.ts";
import { mapCalicoAffinity, mapCalicoBlock, mapCalicoHandle, mapCalicoPool, mapCalicoReservation } from "./calico.ts";
import { mapCiliumEndpoint, mapCiliumEndpointSlice, mapCiliumNode } from "./cilium.ts";
import { mapKubeOvnIp, mapKubeOvnPool, mapKubeOvnSubnet, mapKubeOvnVip } from "./kube_ovn.ts";
import { mapSpiderEndpoint, mapSpiderPool, mapSpiderReservedIp } from "./spiderpool.ts";
import { mapWhereaboutsNodeSlices, mapWhereaboutsPool, mapWhereaboutsReservation } from "./whereabouts.ts";

const CALICO: readonly (readonly [string, ObjectMapper])[] = [
  ["IPAMBlock", mapCalicoBlock],
  ["IPAMHandle", mapCalicoHandle],
  ["BlockAffinity", mapCalicoAffinity],
  ["IPPool", mapCalicoPool],
  ["IPReservation", mapCalicoReservation],
];

/** Mapper of each IPAM custom resource, keyed by `<API group>/<kind>`: three systems have an IPPool. */
export const IPAM_MAPPERS: ReadonlyMap<string, ObjectMapper> = new Map<string, ObjectMapper>([
  ["whereabouts.cni.cncf.io/IPPool", mapWhereaboutsPool],
  ["whereabouts.cni.cncf.io/OverlappingRangeIPReservation", mapWhereaboutsReservation],
  ["whereabouts.cni.cncf.io/NodeSlicePool", mapWhereaboutsNodeSlices],
  ["spiderpool.spidernet.io/SpiderIPPool", mapSpiderPool],
  ["spiderpool.spidernet.io/SpiderEndpoint", mapSpiderEndpoint],
  ["spiderpool.spidernet.io/SpiderReservedIP", mapSpiderReservedIp],
  ...CALICO.map(([kind, map]): [string, ObjectMapper] => [`crd.projectcalico.org/${kind}`, map]),
  // The same resources through Calico's own API server.
  ...CALICO.map(([kind, map]): [string, ObjectMapper] => [`projectcalico.org/${kind}`, map]),
  ["kubeovn.io/IP", mapKubeOvnIp],
  ["kubeovn.io/Subnet", mapKubeOvnSubnet],
  ["kubeovn.io/IPPool", mapKubeOvnPool],
  ["kubeovn.io/Vip", mapKubeOvnVip],
  ["cilium.io/CiliumNode", mapCiliumNode],
  ["cilium.io/CiliumEndpoint", mapCiliumEndpoint],
  ["cilium.io/CiliumEndpointSlice", mapCiliumEndpointSlice],
]);
