namespace Glmm.Sparse.Report.Tests;

/// <summary>The files of this repository.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A data set of <c>data/</c>.</summary>
    public static string Data(string file) => Path.Combine(Root, "data", file);


    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Glmm.Sparse.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above holds Glmm.Sparse.sln.");
        return folder.FullName;
    }
}
