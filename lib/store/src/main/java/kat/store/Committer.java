package kat.store;

/// Has the writer process what is asked, in order.
interface Committer {

    void start();

    /// Puts `request` at the end.
    ///
    /// @return false when it takes no more
    boolean offer(Request request);

    /// Finishes what was asked and takes no more.
    void close();
}
