package kat.cri;

import com.google.protobuf.ByteString;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kat.cri.grpc.ContainerdContent.Info;
import kat.cri.grpc.ContainerdContent.InfoRequest;
import kat.cri.grpc.ContainerdContent.ReadContentRequest;
import kat.cri.grpc.ContainerdContent.ReadContentResponse;
import kat.cri.grpc.ContainerdContent.UpdateRequest;
import kat.cri.grpc.ContainerdContent.WriteAction;
import kat.cri.grpc.ContainerdContent.WriteContentRequest;
import kat.cri.grpc.ContainerdContent.WriteContentResponse;
import kat.cri.grpc.ContainerdImages.CreateImageRequest;
import kat.cri.grpc.ContainerdImages.GetImageRequest;
import kat.cri.grpc.ContainerdImages.Image;
import kat.cri.grpc.ContainerdImages.UpdateImageRequest;
import kat.cri.grpc.ContainerdLeases.CreateRequest;
import kat.cri.grpc.ContainerdLeases.DeleteRequest;
import kat.cri.grpc.ContainerdTypes.Descriptor;
import kat.cri.grpc.ContentGrpc;
import kat.cri.grpc.ImagesGrpc;
import kat.cri.grpc.LeasesGrpc;

/// containerd's blobs and image names in CRI's namespace, under a lease that keeps its garbage
/// collector off until [#close].
final class ContentStore implements AutoCloseable {

    private static final int CHUNK_BYTES = 1 << 20;

    /// What one call reads, which has a time limit.
    private static final long READ_BYTES = 16L << 20;

    /// Labels by which containerd's garbage collector follows an image to its blobs.
    private static final String REFERENCE_LABEL = "containerd.io/gc.ref.content.";

    private static final String SNAPSHOT_LABEL = "containerd.io/gc.ref.snapshot.";

    private static final Metadata.Key<String> NAMESPACE =
            Metadata.Key.of("containerd-namespace", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> LEASE =
            Metadata.Key.of("containerd-lease", Metadata.ASCII_STRING_MARSHALLER);

    private final Channel channel;
    private final String lease;
    private final String what;

    /// @param lease a name nobody else uses
    /// @param expiry RFC 3339; when the lease ends if this program cannot end it
    /// @param what is done with it, for the message of a failure
    ContentStore(CriChannel connection, String lease, String expiry, String what) {
        Metadata headers = new Metadata();
        headers.put(NAMESPACE, "k8s.io");
        headers.put(LEASE, lease);
        this.channel =
                ClientInterceptors.intercept(
                        connection.grpc(), MetadataUtils.newAttachHeadersInterceptor(headers));
        this.lease = lease;
        this.what = what;
        call(
                LeasesGrpc.getCreateMethod(),
                CreateRequest.newBuilder()
                        .setId(lease)
                        .putLabels("containerd.io/gc.expire", expiry)
                        .build());
    }

    /// Stores a blob of which nothing is known yet but its bytes.
    Blob write(String mediaType, byte[] bytes) throws IOException {
        TarReader.Entry entry = new TarReader.Entry("", '0', bytes.length, "");
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        String digest = Digests.sha256(bytes);
        write(entry, digest, into -> in.read(into));
        return new Blob(mediaType, digest, bytes.length);
    }

    /// Where a blob's bytes come from.
    interface Source {
        /// Bytes read, or -1 at the end.
        int read(byte[] into) throws IOException;
    }

    /// Stores a blob as it is read.
    ///
    /// @param digest what it must be, or empty when unknown
    /// @return the digest it has
    String write(TarReader.Entry entry, String digest, Source source) throws IOException {
        BlockingClientCall<WriteContentRequest, WriteContentResponse> call =
                ClientCalls.blockingBidiStreamingCall(
                        channel, ContentGrpc.getWriteMethod(), CallOptions.DEFAULT);
        String ref = lease + "-" + (digest.isEmpty() ? entry.name() : digest);
        try {
            long offset = 0;
            byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, Math.max(1, entry.size()))];
            for (int count = source.read(chunk); count > 0; count = source.read(chunk)) {
                ByteString data = ByteString.copyFrom(chunk, 0, count);
                exchange(call, request(entry, ref, digest, offset).setData(data).build());
                offset += count;
            }
            WriteContentRequest.Builder commit = request(entry, ref, digest, offset);
            return exchange(call, commit.setAction(WriteAction.COMMIT).build()).getDigest();
        } catch (StatusException e) {
            if (e.getStatus().getCode() == Status.Code.ALREADY_EXISTS && !digest.isEmpty()) {
                return digest;
            }
            throw Failures.of(what, e.getStatus(), e);
        } catch (TimeoutException e) {
            throw Failures.of(what, Status.DEADLINE_EXCEEDED, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.of(what, Status.CANCELLED, e);
        } finally {
            call.cancel("the blob is done", null);
        }
    }

    private static WriteContentRequest.Builder request(
            TarReader.Entry entry, String ref, String digest, long offset) {
        return WriteContentRequest.newBuilder()
                .setAction(WriteAction.WRITE)
                .setRef(ref)
                .setTotal(entry.size())
                .setExpected(digest)
                .setOffset(offset);
    }

    private static WriteContentResponse exchange(
            BlockingClientCall<WriteContentRequest, WriteContentResponse> call,
            WriteContentRequest request)
            throws InterruptedException, StatusException, TimeoutException {
        boolean written = call.write(request);
        WriteContentResponse answer =
                call.read(CriRuntime.CALL_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        if (!written || answer == null) {
            throw new StatusException(Status.UNAVAILABLE.withDescription("the write broke off"));
        }
        return answer;
    }

    /// Says which blobs `digest` needs.
    void refer(String digest, List<Blob> to) {
        Map<String, String> labels = new LinkedHashMap<>();
        List<Blob> blobs = new ArrayList<>(to);
        for (int i = 0; i < blobs.size(); i++) {
            labels.put(REFERENCE_LABEL + i, blobs.get(i).digest());
        }
        call(
                ContentGrpc.getUpdateMethod(),
                UpdateRequest.newBuilder()
                        .setInfo(Info.newBuilder().setDigest(digest).putAllLabels(labels))
                        .build());
    }

    /// Gives `target` a name, and takes it from what had it.
    void name(String name, Blob target, long seconds) {
        Timestamp now = Timestamp.newBuilder().setSeconds(seconds).build();
        Image image =
                Image.newBuilder()
                        .setName(name)
                        .setTarget(
                                Descriptor.newBuilder()
                                        .setMediaType(target.mediaType())
                                        .setDigest(target.digest())
                                        .setSize(target.size()))
                        .setCreatedAt(now)
                        .setUpdatedAt(now)
                        .build();
        try {
            call(
                    ImagesGrpc.getCreateMethod(),
                    CreateImageRequest.newBuilder().setImage(image).build());
        } catch (ContainerRuntimeException e) {
            if (e.code() != ContainerRuntimeException.Code.ALREADY_EXISTS) {
                throw e;
            }
            call(
                    ImagesGrpc.getUpdateMethod(),
                    UpdateImageRequest.newBuilder().setImage(image).build());
        }
    }

    @Override
    public void close() {
        call(LeasesGrpc.getDeleteMethod(), DeleteRequest.newBuilder().setId(lease).build());
    }

    String lease() {
        return lease;
    }

    /// What the image of this name is: a manifest, or an index of some.
    Blob target(String name) {
        GetImageRequest request = GetImageRequest.newBuilder().setName(name).build();
        Descriptor target = call(ImagesGrpc.getGetMethod(), request).getImage().getTarget();
        return new Blob(target.getMediaType(), target.getDigest(), target.getSize());
    }

    /// Whether a blob is there.
    boolean has(String digest) {
        try {
            InfoRequest request = InfoRequest.newBuilder().setDigest(digest).build();
            return call(ContentGrpc.getInfoMethod(), request).getInfo().getDigest().equals(digest);
        } catch (ContainerRuntimeException e) {
            if (e.code() == ContainerRuntimeException.Code.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /// Writes a blob of any size to `out`.
    ///
    /// @throws IOException when `out` fails, or the store gives fewer bytes than it holds
    void copy(Blob blob, OutputStream out) throws IOException {
        long at = 0;
        while (at < blob.size()) {
            ReadContentRequest request =
                    ReadContentRequest.newBuilder()
                            .setDigest(blob.digest())
                            .setOffset(at)
                            .setSize(Math.min(READ_BYTES, blob.size() - at))
                            .build();
            long before = at;
            Iterator<ReadContentResponse> parts = stream(ContentGrpc.getReadMethod(), request);
            while (parts.hasNext()) {
                ByteString data = parts.next().getData();
                data.writeTo(out);
                at += data.size();
            }
            if (at == before) {
                throw new IOException("containerd holds only a part of " + blob.digest());
            }
        }
    }

    /// A whole blob; only for documents, which are small.
    byte[] read(String digest) {
        ReadContentRequest request = ReadContentRequest.newBuilder().setDigest(digest).build();
        Iterator<ReadContentResponse> parts = stream(ContentGrpc.getReadMethod(), request);
        ByteString all = ByteString.EMPTY;
        while (parts.hasNext()) {
            all = all.concat(parts.next().getData());
        }
        return all.toByteArray();
    }

    /// Says that a blob needs a snapshot, so that it is kept as long as the blob.
    void keepSnapshot(String digest, String snapshotter, String snapshot) {
        String label = SNAPSHOT_LABEL + snapshotter;
        call(
                ContentGrpc.getUpdateMethod(),
                UpdateRequest.newBuilder()
                        .setInfo(Info.newBuilder().setDigest(digest).putLabels(label, snapshot))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("labels." + label))
                        .build());
    }

    <Q, R> Iterator<R> stream(MethodDescriptor<Q, R> method, Q request) {
        Iterator<R> answers =
                ClientCalls.blockingServerStreamingCall(channel, method, options(), request);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                try {
                    return answers.hasNext();
                } catch (StatusRuntimeException e) {
                    throw Failures.of(what, e.getStatus(), e);
                }
            }

            @Override
            public R next() {
                return answers.next();
            }
        };
    }

    private static CallOptions options() {
        return CallOptions.DEFAULT.withDeadlineAfter(
                CriRuntime.CALL_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    <Q, R> R call(MethodDescriptor<Q, R> method, Q request) {
        try {
            return ClientCalls.blockingUnaryCall(channel, method, options(), request);
        } catch (StatusRuntimeException e) {
            throw Failures.of(what, e.getStatus(), e);
        }
    }
}
