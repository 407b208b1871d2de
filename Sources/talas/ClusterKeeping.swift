import Postgres
import ServiceLifecycle

/// Has the private database running for as long as the node does.
struct ClusterKeeping: Service {
    let cluster: PrivateCluster

    func run() async throws { await cancelWhenGracefulShutdown { await cluster.keepRunning() } }
}
