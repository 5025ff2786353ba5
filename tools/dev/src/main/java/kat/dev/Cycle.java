package kat.dev;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import kat.base.Ticker;
import kat.dev.config.DevException;
import kat.dev.config.Module;
import kat.dev.config.PortForward;
import kat.dev.config.Project;
import kat.dev.deploy.Deployer;
import kat.dev.deploy.Forwards;
import kat.dev.deploy.Kubectl;
import kat.dev.deploy.LogTail;
import kat.dev.deploy.Rendering;
import kat.dev.process.Shell;

/// A project in the cluster: deployed, waited for, followed, taken away.
///
/// **Threads:** one owner.
final class Cycle {

    private final Project project;
    private final Options options;
    private final Shell shell;
    private final Screen screen;
    private final Ticker ticker;
    private final SequencedMap<String, String> images;
    private final List<Deployer> deployers = new ArrayList<>();

    /// What a cycle works with.
    ///
    /// @param store the folder of built images, beside which notes of releases lie
    record Means(Options options, Shell shell, Screen screen, Ticker ticker, Path store) {}

    /// @param images references by the names of artifacts
    Cycle(Project project, Means means, SequencedMap<String, String> images) {
        this.project = project;
        this.images = images;
        options = means.options();
        shell = means.shell();
        screen = means.screen();
        ticker = means.ticker();
        for (Module module : project.modules()) {
            deployers.add(
                    new Deployer(
                            shell,
                            module,
                            cluster(options, module, images),
                            means.store().resolve("releases"),
                            screen::note));
        }
    }

    static Rendering.Cluster cluster(
            Options options, Module module, SequencedMap<String, String> images) {
        return new Rendering.Cluster(
                context(options, module),
                options.text("namespace"),
                images,
                options.pairs("label"));
    }

    private static String context(Options options, Module module) {
        String said = options.text("kube-context");
        // A kubeconfig that KAT hands over has one context.
        return said.isEmpty() ? module.deploy().kubeContext() : said;
    }

    /// Deploys each module after those that it requires, and waits for each.
    void deploy() throws InterruptedException {
        for (int i = 0; i < deployers.size(); i++) {
            Module module = project.modules().get(i);
            deployers.get(i).deploy();
            if (options.flag("status-check", module.deploy().checksStatus())) {
                deployers.get(i).await();
            }
        }
    }

    /// Takes modules away, those that others require last.
    void undeploy() throws InterruptedException {
        for (Deployer deployer : deployers.reversed()) {
            deployer.undeploy();
        }
    }

    Kubectl kubectl() {
        return deployers.getLast().kubectl();
    }

    SequencedMap<String, String> images() {
        return images;
    }

    /// All namespaces in which something was deployed.
    SequencedSet<String> namespaces() {
        SequencedSet<String> names = new LinkedHashSet<>();
        deployers.forEach(deployer -> names.addAll(deployer.namespaces()));
        return names;
    }

    /// Forwarded ports, none yet.
    Forwards forwards() {
        return new Forwards(kubectl(), ticker, screen::note);
    }

    /// Forwarded ports that are not told of.
    Forwards quietForwards() {
        return new Forwards(kubectl(), ticker, _ -> {});
    }

    /// Opens the ports that the project names.
    void open(Forwards forwards) {
        for (Module module : project.modules()) {
            for (PortForward forward : module.portForwards()) {
                int unused = forwards.open(forward, options.text("namespace"));
            }
        }
    }

    /// Shows logs until the thread is interrupted.
    void tail(Instant since) throws InterruptedException {
        String prefix = project.modules().getLast().deploy().logPrefix();
        LogTail tail =
                new LogTail(
                        kubectl(),
                        ticker,
                        new LogTail.Style(prefix, screen.isColored()),
                        line -> screen.print(line + "\n"));
        List<String> built = images.values().stream().filter(one -> !one.isEmpty()).toList();
        if (built.isEmpty()) {
            throw new DevException("no image of this project has logs to follow");
        }
        tail.run(since, namespaces(), built);
    }
}
