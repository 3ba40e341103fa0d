// Brings the visitor's language to the front. Without it everything is there, the source's language first.
(function () {
  var sets = [document.getElementById("shelf"), document.getElementById("titles"), document.getElementById("languages")];
  var wanted = navigator.languages || [navigator.language || ""];
  var base = function (tag) { return tag.toLowerCase().split("-")[0]; };
  var fitting = function (set, tag) {
    var children = Array.prototype.slice.call(set.children);
    var same = function (child) { return child.lang.toLowerCase() === tag.toLowerCase(); };
    var akin = function (child) { return base(child.lang) === base(tag); };
    return children.filter(same)[0] || children.filter(akin)[0];
  };
  wanted.slice().reverse().forEach(function (tag) {
    sets.forEach(function (set) {
      var child = set && tag && fitting(set, tag);
      if (child) { set.insertBefore(child, set.firstElementChild); }
    });
  });
  var first = sets[0].firstElementChild;
  document.documentElement.lang = first.lang;
  document.documentElement.dir = first.dir;
  document.title = Array.prototype.map.call(sets[1].children, function (part) { return part.textContent; }).join(" · ");
  // A code on paper may lead to a handout that is no longer here: then its language is shown.
  var place = location.hash.slice(1);
  if (place) { location.replace("#" + (document.getElementById(place) ? place : place.split(".")[0])); }

  // A page that lay about for years says so itself.
  var now = new Date(), two = function (number) { return (number < 10 ? "0" : "") + number; };
  var today = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  document.querySelectorAll(".due").forEach(function (item) {
    if (item.querySelector("time").getAttribute("datetime") < today) { item.querySelector(".overdue").hidden = false; }
  });

  // What is to be typed into an app is the whole address.
  document.querySelectorAll(".catalog").forEach(function (link) {
    if (/^https?:$/.test(location.protocol)) { link.textContent = link.href; }
  });
})();
