package kat.store;

/// Has the writer process what is asked, in order.
interface Committer {

    void start();

    /// Puts `request` at the end.
    ///
    /// @return false when it takes no more
    boolean offer(Request request);

    /// Puts `request` at the end; the calling thread has nothing to do until it is done, and may
    /// be made to do it.
    ///
    /// @return false when it takes no more
    boolean offerAndHelp(Request request);

    /// Finishes what was asked and takes no more.
    void close();
}
