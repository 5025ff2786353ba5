package kat.simulation.workloads;

import java.util.List;
import kat.simulation.cluster.Objects;

/// Something that a person does with the cluster, step by step.
public interface Workload {

    /// Does it; returns when the last step was acknowledged.
    ///
    /// @throws InterruptedException when the person is interrupted
    void run(Person person) throws InterruptedException;

    /// What is not as the last step wanted it, once everything has come to rest; empty when all is.
    List<String> complaints(Objects objects);
}
