import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An element of an SVG picture, as an XML parser finds it.
public struct SVGElement {
  /// Its name: `rect`.
  public let name: String
  /// Its attributes by their names.
  public let attributes: [String: String]
  /// The text directly inside it.
  public fileprivate(set) var text = ""

  /// The elements of a picture in the order in which they begin.
  ///
  /// - Throws: the parser's error for a text that is not well-formed XML.
  public static func parse(_ svg: String) throws -> [SVGElement] {
    let parser = XMLParser(data: Data(svg.utf8))
    let collector = ElementCollector()
    parser.delegate = collector
    if !parser.parse() { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
    return collector.elements
  }
}

private final class ElementCollector: NSObject, XMLParserDelegate {
  var elements: [SVGElement] = []
  private var open: [Int] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append(SVGElement(name: name, attributes: attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if let last = open.last { elements[last].text += text }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }
}
