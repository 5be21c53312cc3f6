using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Glmm.Sparse.Tests;

/// <summary>The layers of the library point one way, as src/README.md says.</summary>
[TestFixture]
internal sealed partial class ArchitectureTests
{
    private static readonly string Library = Path.Combine(Repository.Root, "src", "Glmm.Sparse");

    [Test]
    public void EveryRoomUsesOnlyTheRoomsBelowIt()
    {
        List<string> rooms = Rooms();
        Assert.That(rooms, Has.Count.GreaterThan(8), "the table of rooms was found");
        var wrong = new List<string>();
        foreach (string path in Directory.EnumerateFiles(Library, "*.cs", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(Library, path);
            string room = relative.Split(Path.DirectorySeparatorChar)[0];
            if (room.EndsWith(".cs", StringComparison.Ordinal)) continue;
            foreach (Match use in RoomName().Matches(File.ReadAllText(path)))
            {
                string other = use.Groups[1].Value;
                if (rooms.IndexOf(other) > rooms.IndexOf(room)) wrong.Add($"{relative} uses {other}");
                if (rooms.IndexOf(other) < 0) wrong.Add($"{relative} uses {other}, which is on no map");
            }
        }

        Assert.That(wrong.Distinct(), Is.Empty);
    }

    [Test]
    public void EveryFolderIsOnTheMap()
    {
        IEnumerable<string> folders = Directory.GetDirectories(Library).Select(f => Path.GetFileName(f)!);
        Assert.That(folders.Except(["bin", "obj"]), Is.EquivalentTo(Rooms()));
    }

    // The rooms in the order of the table in src/README.md.
    private static List<string> Rooms()
    {
        string map = File.ReadAllText(Path.Combine(Repository.Root, "src", "README.md"));
        string table = map[map.IndexOf("| room |", StringComparison.Ordinal)..map.IndexOf("## How a fit runs", StringComparison.Ordinal)];
        return [.. RoomRow().Matches(table).Select(m => m.Groups[1].Value)];
    }

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex RoomRow();

    [GeneratedRegex(@"(?:using (?:static )?Glmm\.Sparse\.|(?<![\w.])(?:Glmm\.)?Sparse\.)(\w+)")]
    private static partial Regex RoomName();
}
