package kat.etcd;

import static io.grpc.Metadata.ASCII_STRING_MARSHALLER;

import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;

/// One watch of all the store's keys, from a revision on, until it fails.
///
/// It asks for a leader: a member that is cut off from the others ends the watch instead of
/// keeping silent.
final class WatchStream implements StreamObserver<WatchResponse> {

    private static final Metadata.Key<String> HAS_LEADER =
            Metadata.Key.of("hasleader", ASCII_STRING_MARSHALLER);

    private final Listener listener;
    private volatile boolean isOver;
    private final ClientCall<WatchRequest, WatchResponse> call;

    /// Hears of a watch; exactly one of [#compacted] and [#ended] comes, as the last.
    interface Listener {

        /// The watch was opened, or these events happened: all of each revision at once.
        void told(WatchResponse response);

        /// What was asked for is compacted.
        void compacted();

        /// It failed, or the member ended it.
        void ended(Status status);
    }

    private WatchStream(ClientCall<WatchRequest, WatchResponse> call, Listener listener) {
        this.call = call;
        this.listener = listener;
    }

    static WatchStream open(
            Endpoints.Choice choice, KeySpace keys, long fromRevision, Listener listener) {
        Metadata headers = new Metadata();
        headers.put(HAS_LEADER, "true");
        Channel channel =
                ClientInterceptors.intercept(
                        choice.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
        ClientCall<WatchRequest, WatchResponse> call =
                channel.newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT);
        WatchStream stream = new WatchStream(call, listener);
        StreamObserver<WatchRequest> requests = ClientCalls.asyncBidiStreamingCall(call, stream);
        requests.onNext(
                WatchRequest.newBuilder()
                        .setCreateRequest(
                                WatchCreateRequest.newBuilder()
                                        .setKey(keys.from())
                                        .setRangeEnd(keys.to())
                                        .setStartRevision(fromRevision))
                        .build());
        return stream;
    }

    @Override
    public void onNext(WatchResponse response) {
        if (isOver) {
            return;
        }
        if (!response.getCanceled()) {
            listener.told(response);
            return;
        }
        isOver = true;
        call.cancel("the member ended the watch", null);
        if (response.getCompactRevision() > 0) {
            listener.compacted();
        } else {
            listener.ended(Status.UNAVAILABLE.withDescription(response.getCancelReason()));
        }
    }

    @Override
    public void onError(Throwable t) {
        if (!isOver) {
            isOver = true;
            listener.ended(Status.fromThrowable(t));
        }
    }

    @Override
    public void onCompleted() {
        onError(Status.UNAVAILABLE.withDescription("the member ended the watch").asException());
    }

    void close() {
        isOver = true;
        call.cancel("the store is closed", null);
    }
}
