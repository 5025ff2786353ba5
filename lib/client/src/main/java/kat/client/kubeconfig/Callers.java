package kat.client.kubeconfig;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Who asks a server, and over which connections.
///
/// A certificate belongs to connections, a token to each request: where the program of a user
/// gives another certificate, what is asked from then on goes over new connections. Requests
/// that are under way keep theirs.
///
/// **Threads:** any.
public final class Callers implements AutoCloseable {

    /// So many certificates ago: what is still under way over their connections may end, but
    /// nothing new begins there.
    private static final int KEPT = 8;

    private final SignIn signIn;
    private final Duration connect;
    private volatile @Nullable Caller last; // written under this
    private final Deque<HttpClient> clients = new ArrayDeque<>(); // newest last; guarded by this

    /// @param who without a program
    /// @param tls what to trust, and the user's certificate
    /// @param client whose connections have that certificate
    public record Caller(Kubeconfig who, SSLContext tls, HttpClient client) {

        private boolean hasCertificateOf(Kubeconfig other) {
            return certificate(who).equals(certificate(other));
        }

        private static String certificate(Kubeconfig user) {
            return user.user().string("client-certificate-data");
        }
    }

    /// @param connect how long a connection may take to be made
    public Callers(SignIn signIn, Duration connect) {
        this.signIn = signIn;
        this.connect = connect;
    }

    /// @throws KubeconfigException when the user cannot be signed in
    public Caller current() {
        Kubeconfig who = signIn.current();
        Caller known = last;
        return known != null && known.who() == who ? known : next(who);
    }

    private synchronized Caller next(Kubeconfig who) {
        Caller known = last;
        if (known != null && known.who() == who) {
            return known;
        }
        Caller next =
                known != null && known.hasCertificateOf(who)
                        ? new Caller(who, known.tls(), known.client())
                        : connected(who);
        last = next;
        return next;
    }

    private synchronized Caller connected(Kubeconfig who) {
        SSLContext tls = who.tls();
        HttpClient client = HttpClient.newBuilder().sslContext(tls).connectTimeout(connect).build();
        clients.addLast(client);
        if (clients.size() > KEPT) {
            clients.removeFirst().shutdown();
        }
        return new Caller(who, tls, client);
    }

    /// As [SignIn#renew].
    public boolean renew(Caller refused) {
        return signIn.renew(refused.who());
    }

    /// Ends what is under way, over connections of earlier certificates too.
    @Override
    public synchronized void close() {
        clients.forEach(HttpClient::shutdownNow);
    }
}
