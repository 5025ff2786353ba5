package kat.client.addon;

import java.net.URI;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.client.Informers;
import kat.client.Transport;
import org.jspecify.annotations.Nullable;

/// What a [Program] is given.
///
/// @param addon the add-on's name
/// @param settings the data of the add-on's ConfigMap
/// @param api the cluster
/// @param place where it runs
/// @param clock time and chance
public record ProgramContext(
        String addon, SortedMap<String, String> settings, Api api, Place place, Clock clock) {

    public ProgramContext {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }

    /// @return the setting, or `absent` where the ConfigMap has none of that name
    public String setting(String name, String absent) {
        return settings.getOrDefault(name, absent);
    }

    /// The cluster as the add-on's account `system:serviceaccount:kat-system:NAME` sees it,
    /// which may do what the add-on's chart allows it.
    ///
    /// @param transport as that account
    /// @param informers on that transport; closed by who runs the program
    /// @param server the same over HTTPS, for what is not a kind
    public record Api(Transport transport, Informers informers, Server server) {}

    /// The API server over HTTPS.
    ///
    /// @param address for example `https://127.0.0.1:6443`
    /// @param tls trusts the server; holds the client's certificate where that signs in
    /// @param token gives a bearer token that holds for some minutes at least, and may ask the
    ///     server for it; empty where a certificate signs in
    public record Server(URI address, SSLContext tls, Supplier<String> token) {}

    /// @param folder for the program's own files, made when the program starts, for its owner
    ///     alone; what is in it outlives restarts, and goes with the add-on's data
    /// @param podLogs folder of the node's log files, as `NAMESPACE_POD_UID/CONTAINER/N.log`;
    ///     null where there is no real node
    /// @param address of this machine at which pods reach the program; loopback without a real
    ///     node
    /// @param told is given a sentence about how the program is, for people; empty when all is
    ///     well
    public record Place(
            Path folder, @Nullable Path podLogs, String address, Consumer<String> told) {}

    public record Clock(Ticker ticker, Randomness randomness) {}
}
