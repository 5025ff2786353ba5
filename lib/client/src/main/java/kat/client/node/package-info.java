/// What a node offers to people who look into its pods: logs, commands, ports.
///
/// Read [kat.client.node.NodeGateway] first. The kubelet implements it; the API server calls it
/// for the streaming subresources of pods and nodes and speaks WebSocket and SPDY to clients.
///
/// Nothing here knows HTTP or a container runtime.
@NullMarked
package kat.client.node;

import org.jspecify.annotations.NullMarked;
