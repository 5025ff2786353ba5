package kat.etcd;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import kat.base.SystemTicker;
import kat.etcd.testing.EtcdProcess;
import kat.store.Seal;
import kat.store.Store;
import kat.store.testing.StoreContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class EtcdStoreTest extends StoreContract {

    @TempDir private Path folder;
    private EtcdProcess etcd;

    @Override
    protected Store open() throws IOException {
        assumeTrue(EtcdProcess.program() != null, "needs etcd: apt-get install etcd-server");
        etcd = EtcdProcess.start(folder, new SystemTicker());
        return EtcdStore.open(Configs.of(etcd), Seal.NONE, new SystemTicker());
    }

    @AfterEach
    void stopEtcd() {
        if (etcd != null) {
            etcd.close();
        }
    }

    @Override
    protected int writesEach() {
        return 30;
    }
}
