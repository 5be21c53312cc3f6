using System.Text;
using Glmm.Sparse.Data;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Data;

/// <summary>Writes the files that a test reads, and removes them.</summary>
internal abstract class CsvTestBase
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("glmm-csv-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    protected static string[] Labels(ColumnTable table, string column) =>
        [.. Enumerable.Range(0, table.RowCount).Select(table[column]!.LabelAt)];

    protected string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    protected ColumnTable Read(string text) => CsvTable.Read(Write("a.csv", Encoding.UTF8.GetBytes(text)));
}
