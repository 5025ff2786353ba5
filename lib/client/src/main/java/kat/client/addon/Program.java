package kat.client.addon;

/// A program of KAT's own that belongs to an add-on, for example one that renders metrics.
///
/// The server finds it in the jars of the add-on's folder, by a file
/// `META-INF/services/kat.client.addon.Program` that names one public class with a public
/// constructor without parameters. It runs while the add-on's ConfigMap in the namespace
/// `kat-system` is there. It speaks the public API alone, so that it can also run by itself.
@FunctionalInterface
public interface Program {

    /// Runs until its thread is interrupted, and ends what it started before it returns.
    ///
    /// A program that returns or throws before that is started again: after 1 s, then after
    /// twice the time, up to 5 minutes. One whose settings change is interrupted and started
    /// with new ones.
    ///
    /// @throws Exception why it cannot go on; the message is told to people
    /// @throws InterruptedException when it is to end
    void run(ProgramContext context) throws Exception;
}
