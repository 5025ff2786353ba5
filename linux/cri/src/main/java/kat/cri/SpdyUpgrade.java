package kat.cri;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Changes a connection from HTTP/1.1 to SPDY/3.1 and makes way for the frame codec.
final class SpdyUpgrade extends ByteToMessageDecoder {

    private static final int MAX_HEAD_BYTES = 64 << 10;
    private static final String HEAD_END = "\r\n\r\n";

    private final CompletableFuture<String> upgraded;

    /// @param upgraded gets the empty string, or why the server refused
    SpdyUpgrade(CompletableFuture<String> upgraded) {
        this.upgraded = upgraded;
    }

    static ByteBuf request(URI url, String protocol) {
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        String head =
                "POST "
                        + url.getRawPath()
                        + query
                        + " HTTP/1.1\r\nHost: "
                        + url.getAuthority()
                        + "\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nContent-Length: 0"
                        + "\r\nX-Stream-Protocol-Version: "
                        + protocol
                        + HEAD_END;
        return Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        String text = in.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf(HEAD_END);
        if (end < 0) {
            if (text.length() > MAX_HEAD_BYTES) {
                upgraded.complete("an answer without end");
            }
            return;
        }
        in.skipBytes(end + HEAD_END.length());
        String status = text.substring(0, text.indexOf("\r\n"));
        if (!status.startsWith("HTTP/1.1 101")) {
            in.skipBytes(in.readableBytes());
            upgraded.complete(status + " " + text.substring(end + HEAD_END.length()).strip());
            return;
        }
        context.pipeline().replace(this, "spdy", new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
        upgraded.complete("");
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        upgraded.completeExceptionally(new IOException("the connection was closed"));
        super.channelInactive(context);
    }
}
