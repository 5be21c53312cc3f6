using System.Reflection;

namespace Glmm.Sparse.Server;

/// <summary>The version of the server, which is that of the library.</summary>
internal static class ServerVersion
{
    public static string Text { get; } =
        typeof(ServerVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];
}
