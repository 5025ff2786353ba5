package kat.apiserver.streaming;

/// A way to send bytes to the client, whatever carries them.
///
/// **Threads:** any; [#send] may block.
interface Wire {

    void send(byte[] bytes) throws InterruptedException;

    void pause();

    void resume();

    void close();
}
