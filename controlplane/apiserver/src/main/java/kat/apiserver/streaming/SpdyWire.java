package kat.apiserver.streaming;

import java.util.concurrent.CountDownLatch;
import kat.apiserver.http.RawConnection;
import org.jspecify.annotations.Nullable;

/// SPDY directly on the connection.
final class SpdyWire implements Wire {

    private final CountDownLatch attached = new CountDownLatch(1);
    private volatile @Nullable RawConnection connection;

    void attach(RawConnection upgraded) {
        connection = upgraded;
        attached.countDown();
    }

    @Override
    public void send(byte[] bytes) throws InterruptedException {
        attached.await();
        RawConnection open = connection;
        if (open != null) {
            open.write(bytes);
        }
    }

    @Override
    public void pause() {
        RawConnection open = connection;
        if (open != null) {
            open.pause();
        }
    }

    @Override
    public void resume() {
        RawConnection open = connection;
        if (open != null) {
            open.resume();
        }
    }

    @Override
    public void close() {
        RawConnection open = connection;
        if (open != null) {
            open.close();
        }
    }
}
