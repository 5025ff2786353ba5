package kat.apiserver.services;

import java.util.HashSet;
import java.util.Set;
import kat.api.Status;
import kat.base.Randomness;

/// The ports on which every node answers for a Service. One number may serve several protocols.
///
/// **Threads:** guarded by its owner.
final class NodePorts {

    private final int first;
    private final int last;
    private final NumberPool pool;
    private final Set<Port> taken = new HashSet<>();

    /// @param number 1 to 65535
    record Port(String protocol, int number) {}

    NodePorts(int first, int last, Randomness randomness) {
        this.first = first;
        this.last = last;
        int size = last - first + 1;
        this.pool = new NumberPool(size, NumberPool.lowerBand(size, 16, 32, 128), randomness);
    }

    String range() {
        return first + "-" + last;
    }

    /// How many numbers there are.
    int size() {
        return pool.size();
    }

    /// How many of them some protocol uses.
    int taken() {
        return pool.taken();
    }

    boolean holds(int number) {
        return number >= first && number <= last;
    }

    /// Whether the port was free.
    boolean take(Port port) {
        if (!holds(port.number()) || !taken.add(port)) {
            return false;
        }
        boolean unused = pool.take(port.number() - first);
        return unused || taken.contains(port);
    }

    /// A number that no protocol uses.
    ///
    /// @throws kat.api.StatusException when all are taken
    Port takeAny(String protocol) {
        int found = pool.takeAny();
        if (found == NumberPool.NONE) {
            throw Status.internalError("failed to allocate a nodePort: range is full")
                    .asException();
        }
        Port port = new Port(protocol, first + found);
        taken.add(port);
        return port;
    }

    void free(Port port) {
        if (!taken.remove(port)) {
            return;
        }
        for (Port other : taken) {
            if (other.number() == port.number()) {
                return;
            }
        }
        pool.free(port.number() - first);
    }
}
