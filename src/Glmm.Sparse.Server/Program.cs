using Glmm.Sparse.Server;

await using WebApplication server = ServerHost.Build(args);
await server.RunAsync();
