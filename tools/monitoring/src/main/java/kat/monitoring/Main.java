package kat.monitoring;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.HttpTransport;
import kat.client.Informers;
import kat.client.addon.ProgramContext;
import kat.client.kubeconfig.Kubeconfig;
import kat.client.kubeconfig.KubeconfigException;

/// The program by itself, for a cluster that a kubeconfig names: `--kubeconfig FILE [--context
/// NAME] [--namespace NAME] [--interval TIME] [--alertmanager HOST:PORT]`.
public final class Main {

    private static final int WRONG_USE = 2;

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        int code = run(List.of(args), System.err);
        if (code != 0) {
            System.exit(code);
        }
    }

    /// Runs until the thread is interrupted.
    ///
    /// @return 2 when the arguments are wrong
    static int run(List<String> args, PrintStream err) throws InterruptedException {
        SortedMap<String, String> options = new TreeMap<>();
        Deque<String> words = new ArrayDeque<>(args);
        while (words.size() > 1 && words.getFirst().startsWith("--")) {
            options.put(words.removeFirst().substring(2), words.removeFirst());
        }
        String file = options.getOrDefault("kubeconfig", "");
        String context = options.getOrDefault("context", "");
        options.remove("kubeconfig");
        options.remove("context");
        Settings settings;
        Kubeconfig kubeconfig;
        try {
            if (file.isEmpty() || !words.isEmpty()) {
                throw new IllegalArgumentException(
                        "--kubeconfig FILE is needed, and options alone");
            }
            settings = Settings.of(options);
            kubeconfig = Kubeconfig.read(Path.of(file), context);
        } catch (IllegalArgumentException | KubeconfigException e) {
            err.println(e.getMessage());
            return WRONG_USE;
        }
        run(settings, kubeconfig, err);
        return 0;
    }

    private static void run(Settings settings, Kubeconfig kubeconfig, PrintStream err)
            throws InterruptedException {
        SystemTicker ticker = new SystemTicker();
        String bearer = kubeconfig.authorization().replaceFirst("^Bearer ", "");
        try (HttpTransport transport =
                        new HttpTransport(
                                kubeconfig.server(), kubeconfig.tls(), bearer, "kat-monitoring");
                Informers informers = new Informers(transport, ticker)) {
            MonitoringProgram.run(
                    settings,
                    new ProgramContext.Api(
                            transport,
                            informers,
                            new ProgramContext.Server(
                                    kubeconfig.server(), kubeconfig.tls(), () -> bearer)),
                    new ProgramContext.Clock(ticker, Randomness.system()),
                    sentence -> {
                        if (!sentence.isEmpty()) {
                            err.println(sentence);
                        }
                    });
        }
    }
}
