/// The store on etcd: a log shared by several processes, and in each a mirror of it in memory.
///
/// Read [kat.etcd.EtcdStore] first, then `Feed` (from etcd's watch to the mirror), `Commits` (from
/// a transaction to etcd and back) and `Barrier` (what makes reads of the mirror linearizable);
/// `Calls` and `Endpoint` speak with etcd, `KeySpace` and `StoredValue` say what lies there.
///
/// Nothing here knows what a value means, nor a word of Kubernetes. No type of gRPC or protobuf
/// leaves this package.
@NullMarked
package kat.etcd;

import org.jspecify.annotations.NullMarked;
