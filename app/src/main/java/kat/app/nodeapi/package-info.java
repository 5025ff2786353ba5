/// The HTTPS API of a node, put together from the API server's way of serving and the kubelet's
/// answers.
///
/// Read [kat.app.nodeapi.NodeApi] first, then `NodePermissions`.
///
/// Nothing here knows what stands on a page; [kat.client.node.NodeGateway] does.
@NullMarked
package kat.app.nodeapi;

import org.jspecify.annotations.NullMarked;
