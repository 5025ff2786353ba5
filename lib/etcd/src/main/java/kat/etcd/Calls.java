package kat.etcd;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.store.StoreClosedException;
import org.jspecify.annotations.Nullable;

/// One request, one answer: from whichever member gives one before the deadline.
///
/// Interrupts are kept for the caller: a commit that was sent must be waited for.
///
/// **Threads:** any; blocks.
final class Calls {

    private static final Duration PAUSE = Duration.ofMillis(100); // between rounds of all members

    private final Endpoints endpoints;
    private final Ticker ticker;
    private volatile boolean isClosed;

    Calls(Endpoints endpoints, Ticker ticker) {
        this.endpoints = endpoints;
        this.ticker = ticker;
    }

    /// Asks what changes nothing, again and again until it is answered or time is over.
    <Q, R> R ask(MethodDescriptor<Q, R> method, Q request, Deadline deadline) {
        return call(method, request, deadline, false);
    }

    /// Asks for a change: again only when a request cannot have been received.
    ///
    /// @throws kat.store.StoreUnavailableException with
    ///     [kat.store.StoreUnavailableException#isUncertain] when it may have been carried out
    <Q, R> R change(MethodDescriptor<Q, R> method, Q request, Deadline deadline) {
        return call(method, request, deadline, true);
    }

    private <Q, R> R call(
            MethodDescriptor<Q, R> method, Q request, Deadline deadline, boolean changes) {
        while (true) {
            Endpoints.Choice choice = endpoints.choose();
            Answer<R> answer = new Answer<>();
            CallOptions options =
                    Endpoints.answeredAtOnce()
                            .withDeadlineAfter(
                                    deadline.remaining(ticker).toNanos(), TimeUnit.NANOSECONDS);
            ClientCalls.asyncUnaryCall(choice.channel().newCall(method, options), request, answer);
            Status failure = answer.await();
            R value = answer.value;
            if (failure == null && value != null) {
                return value;
            }
            Status status = failure == null ? Status.INTERNAL : failure;
            if (isClosed) {
                throw new StoreClosedException();
            }
            boolean mayRepeat = !changes || Failures.wasNeverSent(status);
            boolean isOver = deadline.remaining(ticker).compareTo(PAUSE) <= 0;
            if (Failures.isRefusal(status) || isOver || !mayRepeat) {
                throw Failures.of(status, changes);
            }
            endpoints.failed(choice);
            pause();
        }
    }

    private void pause() {
        boolean isInterrupted = Thread.interrupted();
        LockSupport.parkNanos(this, PAUSE.toNanos());
        if (isInterrupted || Thread.interrupted()) {
            Thread.currentThread().interrupt();
        }
    }

    /// From now on a failure means that the store was closed.
    void close() {
        isClosed = true;
    }

    /// Where an answer is waited for. gRPC always gives one, as each call has a deadline.
    private static final class Answer<R> implements StreamObserver<R> {

        private final Thread asker = Thread.currentThread();
        private @Nullable R value; // written before isDone
        private @Nullable Status failure; // written before isDone
        private volatile boolean isDone;

        @Override
        public void onNext(R told) {
            value = told;
        }

        @Override
        public void onError(Throwable t) {
            failure = Status.fromThrowable(t);
            done();
        }

        @Override
        public void onCompleted() {
            done();
        }

        private void done() {
            isDone = true;
            LockSupport.unpark(asker);
        }

        /// Null when there is a value.
        @Nullable Status await() {
            boolean isInterrupted = false;
            while (!isDone) {
                LockSupport.park(this);
                isInterrupted |= Thread.interrupted();
            }
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
            return failure;
        }
    }
}
