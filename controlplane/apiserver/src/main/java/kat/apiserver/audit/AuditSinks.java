package kat.apiserver.audit;

import java.util.List;

/// Several places to which each event goes.
record AuditSinks(List<AuditSink> parts) implements AuditSink {

    AuditSinks {
        parts = List.copyOf(parts);
    }

    /// Whether all took it.
    @Override
    public boolean write(byte[] line) {
        boolean isTaken = parts.getFirst().write(line);
        for (AuditSink each : parts.subList(1, parts.size())) {
            isTaken &= each.write(line);
        }
        return isTaken;
    }

    @Override
    public void close() {
        parts.forEach(AuditSink::close);
    }
}
