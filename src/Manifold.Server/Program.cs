return await Manifold.Server.ManifoldHost.RunAsync([], CancellationToken.None);
