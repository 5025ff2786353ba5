package kat.app;

import java.nio.file.Path;
import kat.apiserver.ApiServer;
import kat.apiserver.auth.User;
import kat.app.addons.AddonPrograms;
import kat.app.addons.ProgramData;
import kat.app.addons.ProgramFolders;
import kat.base.Randomness;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Where the programs of add-ons come from and where they run.
///
/// @param folders hold their jars
/// @param data holds their own files
/// @param podLogs the node's folder of log files; null without a real node
/// @param address of this machine for pods; loopback without a real node
/// @param randomness for the programs
record AddonPlace(
        ProgramFolders folders,
        Path data,
        @Nullable Path podLogs,
        String address,
        Randomness randomness) {

    static AddonPlace of(
            ClusterConfig config,
            ClusterFiles files,
            ProgramFolders folders,
            Randomness randomness) {
        return new AddonPlace(
                folders,
                files.addons(),
                config.realNode() ? RealNode.kubeletConfig(config, files, "").logs() : null,
                config.realNode() ? RealNode.addresses(config).gateway() : "127.0.0.1",
                randomness);
    }

    /// The programs of the cluster that a server holds.
    AddonPrograms programs(ApiServer apiServer, Ticker ticker) {
        AddonAccounts accounts = new AddonAccounts(apiServer, ticker);
        return new AddonPrograms(
                new AddonPrograms.Around(
                        apiServer.transport(User.component("system:kat")),
                        accounts::transport,
                        accounts::server,
                        new ProgramData(data),
                        podLogs,
                        address),
                folders,
                ticker,
                randomness);
    }
}
