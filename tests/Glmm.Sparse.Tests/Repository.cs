namespace Glmm.Sparse.Tests;

/// <summary>Where the repository's files are.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindRoot();

    internal static string ReferenceFolder => Path.Combine(Root, "tests", "Glmm.Sparse.Tests", "Reference");

    internal static string DataFolder => Path.Combine(Root, "data");

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Glmm.Sparse.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests must run inside the repository: Glmm.Sparse.sln was not found.");
    }
}
