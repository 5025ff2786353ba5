package kat.client.kubeconfig;

import java.time.Instant;
import java.util.concurrent.Semaphore;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Signs the user of a kubeconfig in, by the program that it names (`exec`) where it names one.
///
/// | what is known | [#current] |
/// |---|---|
/// | the user has no program | the kubeconfig itself |
/// | nothing, or what has expired | runs the program |
/// | a token or certificate that is good | gives it again |
///
/// **Threads:** any; the program runs once at a time.
public final class SignIn {

    private final Kubeconfig kubeconfig;
    private final ExecPlugin program;
    private final Ticker ticker;
    private final Semaphore turn = new Semaphore(1);

    /// What the program gave; only who has the turn writes it.
    private volatile @Nullable Given given;

    /// @param run counts from 1
    private record Given(long run, Kubeconfig kubeconfig, @Nullable Instant until) {

        boolean isGood(Instant now) {
            return until == null || now.isBefore(until);
        }
    }

    public SignIn(Kubeconfig kubeconfig, Ticker ticker) {
        this.kubeconfig = kubeconfig;
        this.program = new ExecPlugin(kubeconfig);
        this.ticker = ticker;
    }

    /// As [#current], for a command that is over before anything expires.
    public static Kubeconfig once(Kubeconfig kubeconfig) {
        return kubeconfig.user().has("exec")
                ? new ExecPlugin(kubeconfig).ask().kubeconfig()
                : kubeconfig;
    }

    /// The kubeconfig with a token or a certificate in place of the program.
    ///
    /// @throws KubeconfigException when the program cannot be run, or does not sign the user in
    public Kubeconfig current() {
        if (!kubeconfig.user().has("exec")) {
            return kubeconfig;
        }
        Given known = given;
        if (known != null && known.isGood(ticker.now())) {
            return known.kubeconfig();
        }
        return renewed(known == null ? 0 : known.run());
    }

    /// Tells that the server does not take these credentials, so that others are fetched.
    ///
    /// @param refused what [#current] gave
    /// @return whether there are others now
    public boolean renew(Kubeconfig refused) {
        Given known = given;
        if (known == null) {
            return false;
        }
        if (!known.kubeconfig().user().equals(refused.user())) {
            return true;
        }
        return !renewed(known.run()).user().equals(refused.user());
    }

    /// @param run what it gave is of no use any more
    private Kubeconfig renewed(long run) {
        try {
            turn.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubeconfigException("interrupted", true, e);
        }
        try {
            Given others = given;
            if (others != null && others.run() > run) {
                return others.kubeconfig();
            }
            ExecPlugin.Answer answer = program.ask();
            given = new Given(run + 1, answer.kubeconfig(), answer.until());
            return answer.kubeconfig();
        } finally {
            turn.release();
        }
    }
}
