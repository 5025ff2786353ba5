package kat.apiserver.streaming;

/// SPDY inside the messages of a WebSocket, as kubectl forwards ports since 1.31.
final class Tunnel implements Wire, WebSocket.Listener {

    private final WebSocket socket = new WebSocket(this);
    private final SpdySession session;

    Tunnel(SpdySession.Listener listener) {
        this.session = new SpdySession(this, listener);
    }

    WebSocket socket() {
        return socket;
    }

    @Override
    public void message(byte[] bytes) {
        session.received(bytes);
    }

    @Override
    public void closed() {
        session.closed();
    }

    @Override
    public void send(byte[] bytes) throws InterruptedException {
        socket.send(bytes);
    }

    @Override
    public void pause() {
        socket.pause();
    }

    @Override
    public void resume() {
        socket.resume();
    }

    @Override
    public void close() {
        socket.drop();
    }
}
