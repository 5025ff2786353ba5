/// Streams between clients and containers: `log`, `exec`, `attach`, `portforward`.
///
/// Read [kat.apiserver.streaming.NodeStreams] first; `WebSocket` and `Spdy…` are the two protocols,
/// [kat.apiserver.streaming.ProcessBridge] and [kat.apiserver.streaming.PortBridge] join them with
/// what a node gives.
///
/// Nothing here knows how a node runs containers.
@NullMarked
package kat.apiserver.streaming;

import org.jspecify.annotations.NullMarked;
