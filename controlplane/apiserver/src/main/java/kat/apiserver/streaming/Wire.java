package kat.apiserver.streaming;

/// A way to send bytes to the client, whatever carries them.
///
/// **Threads:** any; [#send] may block.
interface Wire extends Inbox.Sender {

    void send(byte[] bytes) throws InterruptedException;

    void close();
}
