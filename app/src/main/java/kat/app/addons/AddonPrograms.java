package kat.app.addons;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.Randomness;
import kat.base.Threads;
import kat.base.Ticker;
import kat.client.Change;
import kat.client.EventRecorder;
import kat.client.Informer;
import kat.client.Informers;
import kat.client.ListQuery;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WorkQueue;
import kat.client.WriteOptions;
import kat.client.Written;
import kat.client.addon.ProgramContext;
import org.jspecify.annotations.Nullable;

/// Keeps the programs running that the cluster's ConfigMaps ask for: one for each ConfigMap in
/// `kat-system` with the label `kat.dev/addon`, whose value is also its name. Its data are the
/// program's settings; when they change, the program is started anew with them, once the one
/// before has ended. When it goes, the program ends.
///
/// How a program is stands in the annotation `kat.dev/program` of its ConfigMap (`running`, or
/// `failed: ` and why), in Events about it, and in the server's log.
///
/// **Threads:** [#start] and [#stop] by one owner. One thread starts and ends programs; each
/// has a thread of its own.
public final class AddonPrograms {

    /// Where the ConfigMaps and the programs' accounts are.
    public static final String NAMESPACE = "kat-system";

    private static final String LABEL = "kat.dev/addon";
    private static final String STATE = "kat.dev/program";

    /// Says `true` where the program's folder is to go with the ConfigMap.
    private static final String DELETE_DATA = "kat.dev/delete-data";

    /// Whether a program that takes its time has ended.
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private static final String COMPONENT = "kat-addons";
    private static final Logger LOG = System.getLogger("kat.app.addons");

    /// Around the programs.
    ///
    /// @param component the API as KAT itself
    /// @param accounts the API as the account of that name in `kat-system`
    /// @param servers the same over HTTPS
    /// @param data the programs' folders
    /// @param podLogs as in [ProgramContext.Place]
    /// @param address as in [ProgramContext.Place]
    public record Around(
            Transport component,
            Function<String, Transport> accounts,
            Function<String, ProgramContext.Server> servers,
            ProgramData data,
            @Nullable Path podLogs,
            String address) {}

    /// What a ConfigMap asks for.
    ///
    /// @param addon as its label names it
    private record Wish(String addon, SortedMap<String, String> settings) {

        static Wish of(KubeObject map) {
            return new Wish(map.label(LABEL), new TreeMap<>(map.tree().object("data").strings()));
        }
    }

    /// @param run null for a wish that cannot be met
    /// @param isEnding whether it was told to end, and takes its time
    private record Running(Wish wish, @Nullable ProgramRun run, boolean isEnding) {}

    private final Around around;
    private final ProgramFolders folders;
    private final Ticker ticker;
    private final Randomness randomness;
    private final Informer wanted;
    private final EventRecorder events;
    private final WorkQueue<String> names;
    private final Set<String> forgotten = ConcurrentHashMap.newKeySet(); // whose data are to go
    private final Map<String, Running> running = new HashMap<>(); // the worker's alone
    private Threads.@Nullable Running worker;

    public AddonPrograms(
            Around around, ProgramFolders folders, Ticker ticker, Randomness randomness) {
        this.around = around;
        this.folders = folders;
        this.ticker = ticker;
        this.randomness = randomness;
        this.wanted =
                new Informer(
                        around.component(),
                        Kinds.CONFIG_MAP,
                        new ListQuery(NAMESPACE, LABEL, "", 0, ""),
                        ticker);
        this.events = new EventRecorder(around.component(), ticker, COMPONENT, "");
        this.names = new WorkQueue<>(ticker);
    }

    public void start() {
        events.start();
        wanted.addHandler(this::changed);
        wanted.start();
        worker = ticker.threads().start(COMPONENT, this::work);
    }

    private void changed(@Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject about = after == null ? before : after;
        if (about != null) {
            if (after == null && "true".equals(about.annotation(DELETE_DATA))) {
                forgotten.add(about.name());
            }
            names.add(about.name());
        }
    }

    private void work() {
        try {
            for (String name = names.take(); name != null; name = names.take()) {
                try {
                    settle(name);
                    names.forget(name);
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "add-on not settled addon=" + name, e);
                    names.addRateLimited(name);
                } finally {
                    names.done(name);
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /// Makes what runs what is wanted.
    private void settle(String name) throws InterruptedException {
        KubeObject map = wanted.get(ObjectKey.of(NAMESPACE, name));
        Wish wish = map == null ? null : Wish.of(map);
        boolean isForgotten = forgotten.remove(name); // by now there may be another of the name
        Running present = running.get(name);
        if (present != null
                && (isForgotten || present.isEnding() || !present.wish().equals(wish))) {
            if (!end(name, present, map)) {
                if (isForgotten) {
                    forgotten.add(name);
                }
                names.addAfter(name, LOOK_AGAIN);
                return;
            }
            present = null;
        }
        if (isForgotten) {
            deleteData(name);
        }
        if (present == null && map != null && wish != null) {
            running.put(name, new Running(wish, begun(map, wish), false));
        }
    }

    private @Nullable ProgramRun begun(KubeObject map, Wish wish) {
        Consumer<ProgramRun.Condition> listener = condition -> tell(map, condition);
        String addon = wish.addon();
        if (!addon.equals(map.name())) {
            String why = "a ConfigMap with the label " + LABEL + ": " + addon + " has that name";
            listener.accept(new ProgramRun.Condition(false, why));
            return null;
        }
        ProgramRun run =
                new ProgramRun(addon, folders, told -> opened(wish, told), listener, ticker);
        run.start();
        return run;
    }

    /// @param map what asks for a successor; null where nothing does
    /// @return whether it has ended: until then it keeps its place, so that two never share
    ///     a folder
    private boolean end(String name, Running ending, @Nullable KubeObject map)
            throws InterruptedException {
        ProgramRun run = ending.run();
        if (run != null && !run.close()) {
            if (map != null && !ending.isEnding()) {
                tell(map, new ProgramRun.Condition(false, "the program before it does not end"));
            }
            running.put(name, new Running(ending.wish(), run, true));
            return false;
        }
        running.remove(name);
        if (run != null) {
            LOG.log(Level.INFO, "program ended addon={0}", name);
        }
        return true;
    }

    private void deleteData(String name) {
        try {
            around.data().delete(name);
            LOG.log(Level.INFO, "data deleted addon={0}", name);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "data not deleted addon={0} error={1}", name, e.toString());
        }
    }

    private ProgramRun.Opened opened(Wish wish, Consumer<String> told) throws IOException {
        String addon = wish.addon();
        Transport transport = around.accounts().apply(addon);
        Informers informers = new Informers(transport, ticker);
        ProgramContext context =
                new ProgramContext(
                        addon,
                        wish.settings(),
                        new ProgramContext.Api(transport, informers, around.servers().apply(addon)),
                        new ProgramContext.Place(
                                around.data().make(addon),
                                around.podLogs(),
                                around.address(),
                                told),
                        new ProgramContext.Clock(ticker, randomness));
        return new ProgramRun.Opened(context, informers::close);
    }

    /// Tells of a program in the log and on its ConfigMap; nobody waits for that.
    private void tell(KubeObject map, ProgramRun.Condition condition) {
        String state = condition.isRunning() ? "running" : "failed";
        String text = condition.why().isEmpty() ? state : state + ": " + condition.why();
        LOG.log(
                condition.isRunning() ? Level.INFO : Level.WARNING,
                "program addon={0} state={1}",
                map.name(),
                text);
        events.record(
                condition.isRunning()
                        ? Change.Emit.normal(map, "ProgramRunning", text)
                        : Change.Emit.warning(map, "ProgramFailed", text));
        JsonObject annotation =
                JsonObject.EMPTY.withAt(Json.of(text), "metadata", "annotations", STATE);
        try {
            Written unused =
                    around.component()
                            .patch(
                                    Kinds.CONFIG_MAP,
                                    map.key(),
                                    Patch.merge(annotation),
                                    WriteOptions.by(COMPONENT));
        } catch (RuntimeException e) {
            // the program goes on, whoever hears of it
            LOG.log(Level.DEBUG, "state not told addon={0} error={1}", map.name(), e.getMessage());
        }
    }

    /// Ends all programs; each may take 10 s.
    public void stop() throws InterruptedException {
        names.close();
        wanted.close();
        Threads.Running thread = worker;
        if (thread != null) {
            thread.interrupt();
            thread.join();
        }
        for (Map.Entry<String, Running> each : Map.copyOf(running).entrySet()) {
            boolean unused = end(each.getKey(), each.getValue(), null);
        }
        events.close();
    }
}
