/// Objects as Kubernetes' protobuf: `application/vnd.kubernetes.protobuf`.
///
/// Read [kat.api.protobuf.Messages] (field numbers as data), then
/// [kat.api.protobuf.ProtobufEncoder] and [kat.api.protobuf.ProtobufDecoder], which turn JSON into
/// a message and back for every kind alike; [kat.api.protobuf.Envelope] is what stands around.
///
/// Nothing here knows a kind, a server or who asks; custom resources have no protobuf form.
@NullMarked
package kat.api.protobuf;

import org.jspecify.annotations.NullMarked;
