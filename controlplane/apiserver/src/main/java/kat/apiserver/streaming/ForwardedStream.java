package kat.apiserver.streaming;

import java.io.InputStream;

/// One direction or both of a forwarded port at the client's side.
interface ForwardedStream {

    /// What the client sends; ends when the client has no more.
    InputStream input();

    void send(byte[] bytes) throws InterruptedException;

    /// Tells the client that no more comes, where the protocol can.
    void end() throws InterruptedException;
}
