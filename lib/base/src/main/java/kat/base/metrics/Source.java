package kat.base.metrics;

/// Tells values that it does not keep as [Series].
@FunctionalInterface
public interface Source {

    /// Called for every look, from any thread; must not wait.
    void tell(Exposition to);
}
