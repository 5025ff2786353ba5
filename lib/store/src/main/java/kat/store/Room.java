package kat.store;

/// How much memory is left for what a store keeps.
///
/// **Threads:** any.
public interface Room {

    /// Asks for memory for what is to be written.
    ///
    /// @param bytes of keys and values, from 0
    /// @return whether there is room
    boolean admits(long bytes);

    /// Asks for a little of the reserve, for what must go on where there is no room.
    ///
    /// @param bytes by which the store would grow, above 0
    /// @return whether there is so much of it left
    boolean spares(long bytes);

    /// How much is in use, for people: "55 of 64 MiB are in use".
    @Override
    String toString();
}
