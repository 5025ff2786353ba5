package kat.ingress.proxy;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/// Writes answers; one to HEAD has no content, whatever its headers say.
final class ClientResponseEncoder extends HttpResponseEncoder {

    private boolean head;

    /// Tells what the next answer is to.
    void expect(boolean answerToHead) {
        head = answerToHead;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse message) {
        return head || super.isContentAlwaysEmpty(message);
    }
}
