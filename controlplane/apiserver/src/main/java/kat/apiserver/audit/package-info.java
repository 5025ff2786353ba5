/// The audit log: who asked for what, and what came of it, as lines that Kubernetes' tools read.
///
/// Read [kat.apiserver.audit.Auditor], which begins a [kat.apiserver.audit.AuditRecord] for each
/// request that the [kat.apiserver.audit.AuditPolicy] wants to know of, then
/// [kat.apiserver.audit.AuditLogFile], where the lines end.
///
/// Nothing here knows HTTP, stores or kinds; without a policy nothing here runs.
@NullMarked
package kat.apiserver.audit;

import org.jspecify.annotations.NullMarked;
