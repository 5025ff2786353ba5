package kat.csi.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import kat.csi.CsiException;
import kat.csi.Plugins;
import kat.csi.PluginsContract;

/// The plug-ins that tests use in the place of real ones.
class FakePluginsTest extends PluginsContract {

    private static final Path REGISTRATION = Path.of("/registry/disk.example.com-reg.sock");
    private static final Path ENDPOINT = Path.of("/plugins/disk.example.com/csi.sock");

    @Override
    protected Behind start(TestDriver.Options options, Path home) {
        FakePlugins plugins = new FakePlugins();
        FakeNode registered = plugins.put(REGISTRATION, options);
        FakeNode node = plugins.put(ENDPOINT, options);
        return new Behind() {

            @Override
            public Plugins plugins() {
                return plugins;
            }

            @Override
            public Path registration() {
                return REGISTRATION;
            }

            @Override
            public Path endpoint() {
                return ENDPOINT;
            }

            @Override
            public void fail(String method, CsiException.Code code, String words) {
                node.fail(method, code, words);
            }

            @Override
            public List<Call> calls() {
                return node.calls();
            }

            @Override
            public String verdict() {
                return Objects.requireNonNull(registered.verdict(), "nobody has told it");
            }

            @Override
            public void close() {
                plugins.close();
            }
        };
    }
}
